"""Pure functions of demography and workforce on labelled arrays, one module per topic."""
