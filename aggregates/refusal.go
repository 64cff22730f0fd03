package aggregates

import (
	"maps"
	"slices"
	"strings"
)

// Refusal is a broken rule: a stable code of the message catalogue
// (domain.md 3.8), the field of the request it is about ("" for the whole) and
// the values its message shows. It is an error; nothing was changed.
type Refusal struct {
	Code   string
	Field  string
	Params map[string]string
}

// Refuse makes a Refusal; params are name, value, name, value …
func Refuse(code string, params ...string) *Refusal {
	r := &Refusal{Code: code}
	for i := 0; i+1 < len(params); i += 2 {
		if r.Params == nil {
			r.Params = map[string]string{}
		}
		r.Params[params[i]] = params[i+1]
	}
	return r
}

// On names the field that the refusal is about.
func (r *Refusal) On(field string) *Refusal {
	r.Field = field
	return r
}

// Error shows the code, the field and the parameters.
func (r *Refusal) Error() string {
	var b strings.Builder
	b.WriteString(r.Code)
	if r.Field != "" {
		b.WriteString(" on " + r.Field)
	}
	for _, k := range slices.Sorted(maps.Keys(r.Params)) {
		b.WriteString(" " + k + "=" + r.Params[k])
	}
	return b.String()
}

// Refusals are all the field errors of one stage of checks.
type Refusals []*Refusal

// Error joins the texts of its parts.
func (rs Refusals) Error() string {
	parts := make([]string, len(rs))
	for i, r := range rs {
		parts[i] = r.Error()
	}
	return strings.Join(parts, "; ")
}

// Unwrap lets errors.As find each Refusal.
func (rs Refusals) Unwrap() []error {
	errs := make([]error, len(rs))
	for i, r := range rs {
		errs[i] = r
	}
	return errs
}

// OrNil is the refusals as an error, nil when there are none.
func (rs Refusals) OrNil() error {
	if len(rs) == 0 {
		return nil
	}
	return rs
}
