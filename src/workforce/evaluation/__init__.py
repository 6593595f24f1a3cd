"""Back-tests and calibration: what `workforce backtest` measures."""
