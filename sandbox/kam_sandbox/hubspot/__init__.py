"""The HubSpot side of the sandbox: a portal behind both path families of the API."""
