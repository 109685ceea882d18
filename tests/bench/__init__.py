"""Speed and memory as ratios measured in one run: `make bench`, `SIZE=full make bench`.

Nothing here is a test: a busy machine must not fail a build. What is bounded by structure
(queries, bytes, plans) is asserted in tests/.
"""
