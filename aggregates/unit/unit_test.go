package unit_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/unit"
)

// 2.4: conversion within a family, rounded up to the product's digits; another
// family is refused.
func TestQuantitiesConvertWithinAFamily(t *testing.T) {
	for _, c := range []struct {
		quantity, from, to string
		digits             int
		want, code         string
	}{
		{"2", "", "unit", 2, "2", ""},
		{"2", "box", "box", 2, "2", ""},
		{"2", "dozen", "unit", 0, "24", ""},
		{"30", "unit", "dozen", 2, "2.5", ""},
		{"1", "unit", "dozen", 2, "0.09", ""},
		{"-1", "unit", "dozen", 2, "-0.09", ""},
		{"1", "unit", "dozen", 0, "1", ""},
		{"1", "unit", "dozen", 6, "0.083334", ""},
		{"1.5", "kg", "g", 2, "1500", ""},
		{"90", "min", "h", 2, "1.5", ""},
		{"1", "kg", "unit", 2, "", "unit_other_family"},
		{"1", "box", "unit", 2, "", "unit_other_family"},
		{"1", "unit", "box", 2, "", "unit_other_family"},
		{"900000000000", "t", "g", 2, "", "amount_too_large"},
	} {
		got, err := unit.Convert(aggregates.MustDecimal(c.quantity), c.from, c.to, c.digits)
		refused, _ := errors.AsType[*aggregates.Refusal](err)
		switch {
		case c.code != "" && (refused == nil || refused.Code != c.code):
			t.Errorf("%+v: %v", c, err)
		case c.code == "" && (err != nil || got.String() != c.want):
			t.Errorf("%+v: %s, %v", c, got, err)
		}
	}
}

// What was converted is never less than what was given, nor more by a whole step.
func TestConversionRoundsUpByLessThanAStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.Int64Range(0, 1_000_000).Draw(t, "pieces")
		dozens, err := unit.Convert(aggregates.NewDecimal(pieces), "unit", "dozen", 2)
		if err != nil || dozens.Digits() > 2 {
			t.Fatalf("%s, %v", dozens, err)
		}
		if over := int64(dozens)*12 - int64(aggregates.NewDecimal(pieces)); over < 0 || over >= 12*10_000 {
			t.Fatalf("%d pieces are %s dozens", pieces, dozens)
		}
	})
}
