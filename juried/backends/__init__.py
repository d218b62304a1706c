"""Who answers tasks: chat models, the embedded method, and scripted mocks."""
