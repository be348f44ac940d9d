"""What a chatbot's reply is, and which facts of the portal's own guide it states or contradicts. Pure functions."""
