"""How Amends calls the endpoints of subscribers: secrets, signatures, addresses that may be called, one attempt."""
