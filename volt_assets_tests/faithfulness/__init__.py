"""How true published reports are, judged by what was planted in the sandbox, and by nothing that the product computes."""
