"""A local Salesforce org: the REST and Bulk 2.0 APIs as a client sees them."""
