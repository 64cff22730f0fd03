package engine

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Filter chooses events of the log by their stream's name or their type: by a
// regular expression or by prefixes.
type Filter struct {
	ByStream bool     `json:"by_stream"`
	Regex    string   `json:"regex,omitempty"`
	Prefixes []string `json:"prefixes,omitempty"`
}

// Match tells whether an event is chosen. A nil Match chooses all.
type Match func(*Event) bool

// Compile accepts regular expressions of Go's syntax only. EventStoreDB takes
// .NET's, which knows more: such an expression is refused, not misread. No
// filter is a nil Match.
func (f *Filter) Compile() (Match, error) {
	if f == nil {
		return nil, nil
	}
	match, err := f.text()
	if err != nil {
		return nil, fmt.Errorf("filter: %w", err)
	}
	if f.ByStream {
		return func(e *Event) bool { return match(e.Stream) }, nil
	}
	return func(e *Event) bool { return match(e.Type) }, nil
}

func (f *Filter) text() (func(string) bool, error) {
	switch {
	case f.Regex != "" && len(f.Prefixes) > 0:
		return nil, errors.New("both a regular expression and prefixes")
	case f.Regex != "":
		re, err := regexp.Compile(f.Regex)
		if err != nil {
			return nil, err
		}
		return re.MatchString, nil
	case len(f.Prefixes) > 0:
		return func(s string) bool {
			return slices.ContainsFunc(f.Prefixes, func(prefix string) bool { return strings.HasPrefix(s, prefix) })
		}, nil
	}
	return nil, errors.New("neither a regular expression nor prefixes")
}

// shown extends a match to what the whole log shows at all. As on EventStoreDB
// it keeps to itself what a server notes down about elections, and the streams in
// which persistent subscriptions to it park, whose events would come to them
// again.
func shown(match Match) Match {
	return func(e *Event) bool { return !hidden(e.Stream) && (match == nil || match(e)) }
}

func hidden(stream string) bool {
	if !strings.HasPrefix(stream, "$") {
		return false
	}
	return stream == "$epoch-information" || strings.HasPrefix(stream, "$persistentsubscription-"+All+"::") &&
		(strings.HasSuffix(stream, "-parked") || strings.HasSuffix(stream, "-checkpoint"))
}
