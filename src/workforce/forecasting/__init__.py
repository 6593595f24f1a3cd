"""Forecasts of single series (absence, vacancies, rates), their backtests and their scores."""
