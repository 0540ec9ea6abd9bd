"""The journey of a key account: stages and gates, moments, tenders, touchpoints."""
