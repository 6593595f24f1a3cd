"""From a checked folder of tables to rates and calibrated standards in one labelled Dataset."""

from workforce.inputs.loading import base_persons, load_inputs, settle_base_year

__all__ = ["base_persons", "load_inputs", "settle_base_year"]
