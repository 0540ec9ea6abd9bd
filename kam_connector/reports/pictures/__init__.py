"""Pictures as SVG, drawn on the server: the org chart and the map of relationships."""

from kam_connector.reports.pictures.org_chart import draw_org_chart, org_chart_svg

__all__ = ["draw_org_chart", "org_chart_svg"]
