package picking_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates/picking"
)

// 2.11: a serial number is out from the validation on, until it has come back.
func TestASerialNumberIsOutUntilItIsBack(t *testing.T) {
	expect := func(what string, s picking.State, out, back []uuid.UUID) {
		t.Helper()
		gotOut, gotBack := s.Serials()
		if diff := cmp.Diff([][]uuid.UUID{out, back}, [][]uuid.UUID{gotOut, gotBack}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
		for _, n := range []uuid.UUID{sn1, sn2, sn3, lotA} {
			if s.Keeps(n) != slices.Contains(out, n) {
				t.Errorf("%s: keeps %s: %t", what, n, s.Keeps(n))
			}
		}
	}
	plan := picking.Model.Fold(planned)
	expect("planned", plan, nil, nil)
	left := []picking.LineQuantity{{Line: phones, Lots: lots("1", sn1, sn2)}, {Line: paint, Lots: lots("4", lotA, lotB)}}
	events, err := plan.Validate(left, uuid.Nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]uuid.UUID{sn1, sn2}, plan.Takes(events)); diff != "" {
		t.Errorf("takes (-want +got):\n%s", diff)
	}
	s := picking.Model.Evolve(plan, events[0])
	expect("validated", s, []uuid.UUID{sn1, sn2}, nil)
	for _, step := range []struct {
		what      string
		rule      rule
		out, back []uuid.UUID
	}{
		{"announced", create(first, line(phones, "1", lots("1", sn2)...)), []uuid.UUID{sn1, sn2}, nil},
		{"received", receive(first), []uuid.UUID{sn1}, []uuid.UUID{sn2}},
	} {
		events, err := step.rule(s)
		if err != nil {
			t.Fatal(err)
		}
		if taken := s.Takes(events); len(taken) > 0 {
			t.Errorf("%s: takes %v", step.what, taken)
		}
		for _, e := range events {
			s = picking.Model.Evolve(s, e)
		}
		expect(step.what, s, step.out, step.back)
	}
	nameless := picking.Model.Fold(planned, picking.DeliveryValidated{Lines: []picking.DoneLine{
		{ID: phones, DoneQuantity: *dec("2"), Lots: lots("1", sn1, sn2)},
	}}, picking.ReturnCreated{Return: first, Delivery: delivery, Lines: []picking.AnnouncedLine{
		{ID: id("all"), DeliveryLine: phones, Product: id("phone"), Quantity: *dec("2")},
	}}, picking.ReturnReceived{Return: first, Complete: true, Lines: []picking.ReceivedLine{{ID: id("all"), Quantity: *dec("2")}}})
	expect("received without names", nameless, nil, []uuid.UUID{sn1, sn2})
}
