package node

import (
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"aftersales/eventstore/node/engine"
)

// defaultWindow is the search window of a filter that names none, in events.
const defaultWindow = 32

// expression is what the filters of reads and of groups have in common.
type expression interface {
	GetRegex() string
	GetPrefix() []string
}

// filter reads a filter, of which one of the expressions is empty.
func filter(ofStream, ofType expression) (*engine.Filter, engine.Match, error) {
	f := &engine.Filter{ByStream: true, Regex: ofStream.GetRegex(), Prefixes: ofStream.GetPrefix()}
	if f.Regex == "" && len(f.Prefixes) == 0 {
		f = &engine.Filter{Regex: ofType.GetRegex(), Prefixes: ofType.GetPrefix()}
	}
	match, err := f.Compile()
	if err != nil {
		return nil, nil, invalid("%v", err)
	}
	return f, match, nil
}

// readFilter reads the filter of a read of the log and how many events are
// considered between two checkpoints; without a filter there are none.
func readFilter(o *streams.ReadReq_Options_FilterOptions) (match engine.Match, interval int, err error) {
	if o == nil {
		return nil, 0, nil
	}
	window := uint32(defaultWindow)
	if m, ok := o.GetWindow().(*streams.ReadReq_Options_FilterOptions_Max); ok {
		window = m.Max
	}
	if interval = int(window) * int(o.GetCheckpointIntervalMultiplier()); interval == 0 {
		return nil, 0, invalid("the filter's window and checkpoint interval must be above 0")
	}
	_, match, err = filter(o.GetStreamIdentifier(), o.GetEventType())
	return match, interval, err
}
