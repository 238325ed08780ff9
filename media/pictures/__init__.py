"""Pictures that are received: from packets that come late, twice or never to pictures that can be shown."""
