package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/product"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/ticket"
)

// readRepair is the operation that shows a repair; its row says who may see
// every one. Others of the company see only what they were granted (P-16).
var readRepair = operations["GET /v1/repairs/{id}"]

// ReadsAllRepairs says whether the principal may read repairs that nobody
// granted them.
func (p Principal) ReadsAllRepairs() bool { return readRepair.Covers(p) }

// MayReadRepair refuses who may not read a repair, by the log alone: with
// repair_not_found when there is none or its ticket is another team's, with
// forbidden who has neither the right on repairs nor a grant that holds (P-16).
func (s *Service) MayReadRepair(ctx context.Context, p Principal, id uuid.UUID) error {
	x := s.newExecution(Request{Principal: p}, "")
	l, err := load(ctx, x, repair.Model, id)
	if err != nil {
		return err
	}
	t, err := load(ctx, x, ticket.Model, l.State.Ticket)
	switch owner := t.State.Details.Team; {
	case err != nil:
		return err
	case !l.Exists || !p.WorksFor(owner):
		return aggregates.Refuse("repair_not_found")
	case !p.ReadsAllRepairs() && !l.State.MayOpen(p.Actor.ID, owner):
		return aggregates.Refuse("forbidden")
	}
	return nil
}

// changeRepair decides about a repair that must exist.
func (x *execution) changeRepair(ctx context.Context, id uuid.UUID, rule func(repair.State) ([]aggregates.Event, error)) (repair.State, error) {
	s, err := x.repair(ctx, id)
	if err != nil {
		return s, err
	}
	return change(ctx, x, "repair", repair.Model, id, rule)
}

// changeRepairTaking is changeRepair for a rule by which the repair, as it is, may
// take a serial number. The step changes it by the rule that it is given.
func (x *execution) changeRepairTaking(ctx context.Context, s repair.State, rule func(repair.State) ([]aggregates.Event, error),
	step func(rule func(repair.State) ([]aggregates.Event, error)) error,
) error {
	if s.Tracking != product.BySerial {
		return step(takingOnly(keepingRepair, nil, rule))
	}
	x.match = repair.Model.Stream(s.ID)
	return takeSerials(ctx, x, keepingRepair, s.ID, onLot, rule, step)
}

// onLot is the field in which requests about repairs name a serial number.
func onLot(uuid.UUID) string { return "lot" }

// repair is the repair that a command of the company's people is about.
func (x *execution) repair(ctx context.Context, id uuid.UUID) (repair.State, error) {
	if err := x.authorise(); err != nil {
		return repair.State{}, err
	}
	l, err := load(ctx, x, repair.Model, id)
	if err == nil && !l.Exists {
		err = aggregates.Refuse("repair_not_found")
	}
	if err != nil {
		return l.State, err
	}
	return l.State, x.madeFrom(ctx, "repair", l.State.Ticket)
}
