"""`python -m probes.cli`: the same program as `probe`."""

from probes.cli import main

main()
