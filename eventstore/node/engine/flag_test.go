package engine_test

import "flag"

// One command hands the flag to all packages below eventstore; these tests need
// no server.
var _ = flag.String("esdb", "", "event store for the conformance tests; not used here")
