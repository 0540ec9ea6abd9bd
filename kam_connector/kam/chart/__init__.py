"""The people of an account: who reports to whom on any day, who moves whom, whom to see next."""

from kam_connector.kam.chart.account_chart import account_chart
from kam_connector.kam.chart.placing import lay_out
from kam_connector.kam.chart.stakeholders import stakeholder_views
from kam_connector.kam.chart.titles import read_title

__all__ = ["account_chart", "lay_out", "read_title", "stakeholder_views"]
