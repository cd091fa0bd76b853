"""The same world on loopback: Toggl, Fibery and a model server over a seeded company. For the demo, tests and load."""
