"""Pictures as SVG, drawn on the server: the org chart, who knows whom, influence and support."""

from kam_connector.reports.pictures.org_chart import draw_org_chart, org_chart_svg
from kam_connector.reports.pictures.people_map import draw_people_map
from kam_connector.reports.pictures.stakeholder_map import draw_stakeholder_map

__all__ = ["draw_org_chart", "draw_people_map", "draw_stakeholder_map", "org_chart_svg"]
