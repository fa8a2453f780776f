"""From the web to texts: collects city policies and guidelines and reads them."""
