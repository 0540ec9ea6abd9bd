"""Local Salesforce and HubSpot servers with one world behind them.

Written from the vendors' contracts. Shares no code with the connector, so that
one cannot hide the other's mistakes.
"""
