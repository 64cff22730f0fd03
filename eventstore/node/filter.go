package node

import (
	"regexp"
	"slices"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"aftersales/eventstore/node/engine"
)

// defaultWindow is the search window of a filter that names none, in events.
const defaultWindow = 32

// filter compiles the filter of a read of the log; the zero Filter is none.
func filter(o *streams.ReadReq_Options_FilterOptions) (engine.Filter, error) {
	if o == nil {
		return engine.Filter{}, nil
	}
	window := uint32(defaultWindow)
	if m, ok := o.GetWindow().(*streams.ReadReq_Options_FilterOptions_Max); ok {
		window = m.Max
	}
	interval := int(window) * int(o.GetCheckpointIntervalMultiplier())
	if interval == 0 {
		return engine.Filter{}, invalid("the filter's window and checkpoint interval must be above 0")
	}
	subject := func(e *engine.Event) string { return e.Type }
	expression := o.GetEventType()
	if o.GetStreamIdentifier() != nil {
		subject = func(e *engine.Event) string { return e.Stream }
		expression = o.GetStreamIdentifier()
	}
	match, err := matcher(expression)
	if err != nil {
		return engine.Filter{}, err
	}
	return engine.Filter{Match: func(e *engine.Event) bool { return match(subject(e)) }, Interval: interval}, nil
}

// matcher accepts regular expressions of Go's syntax only. EventStoreDB takes
// .NET's, which knows more: such an expression is refused, not misread.
func matcher(x *streams.ReadReq_Options_FilterOptions_Expression) (func(string) bool, error) {
	prefixes := x.GetPrefix()
	switch {
	case x.GetRegex() != "" && len(prefixes) > 0:
		return nil, invalid("the filter has both a regular expression and prefixes")
	case x.GetRegex() != "":
		re, err := regexp.Compile(x.GetRegex())
		if err != nil {
			return nil, invalid("the filter's regular expression: %v", err)
		}
		return re.MatchString, nil
	case len(prefixes) > 0:
		return func(s string) bool {
			return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(s, prefix) })
		}, nil
	}
	return nil, invalid("the filter has neither a regular expression nor prefixes")
}
