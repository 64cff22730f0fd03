package program_test

import (
	"testing"

	"aftersales/aggregates/program"
)

// C-03, C-10: a program is for its channels, or for all; a shop that does not say
// where it sells is believed.
func TestAProgramIsForItsChannels(t *testing.T) {
	all := []program.Channel{program.Sales, program.PointOfSale, program.Website}
	for _, c := range []struct {
		on   []program.Channel
		at   program.Channel
		want string
	}{
		{nil, program.Website, ""},
		{nil, "", ""},
		{nil, "fax", "invalid_value on channel"},
		{all[:1], program.Sales, ""},
		{all[:1], "", ""},
		{all[:1], program.PointOfSale, "coupon_not_here"},
		{all[1:], program.Sales, "coupon_not_here"},
		{all, program.Website, ""},
		{all, "fax", "invalid_value on channel"},
	} {
		got := ""
		if err := (program.State{AvailableOn: c.on}).CheckChannel(c.at); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s on %v: got %q, want %q", c.at, c.on, got, c.want)
		}
	}
}
