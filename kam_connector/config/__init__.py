"""config.toml, the environment and flags as one frozen Config."""

from kam_connector.config.codes import CODES
from kam_connector.config.loading import Config, build_config, load_config
from kam_connector.config.sections import Connection

__all__ = ["CODES", "Config", "Connection", "build_config", "load_config"]
