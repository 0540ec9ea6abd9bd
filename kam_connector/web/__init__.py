"""What listens: the receiver of events that CRMs send."""

from kam_connector.web.receiver import Receiver
from kam_connector.web.server import serving

__all__ = ["Receiver", "serving"]
