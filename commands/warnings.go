package commands

import "aftersales/aggregates"

// warn tells of something that does not stop the command; params are as in
// aggregates.Refuse.
func (x *execution) warn(code string, params ...string) {
	x.warnings = append(x.warnings, aggregates.Warning{Code: code, Params: aggregates.Refuse(code, params...).Params})
}

// foreseeing is the rule, warning of the state that its decision leads to. The
// warning is recorded with the decision, so that it is not lost with the process.
func foreseeing[S any](x *execution, m aggregates.Model[S], rule func(S) ([]aggregates.Event, error), warn func(S)) func(S) ([]aggregates.Event, error) {
	before := x.warnings
	return func(s S) ([]aggregates.Event, error) {
		x.warnings = before // decided anew, an earlier decision does not count
		events, err := rule(s)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			s = m.Evolve(s, e)
		}
		warn(s)
		return events, nil
	}
}
