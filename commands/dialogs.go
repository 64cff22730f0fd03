package commands

import (
	"context"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
)

// Dialog is what the dialog of an after-sales service stands on: the ticket and
// its team as they are now, the mail addresses of the customer and the
// followers, and the time. MayPost says that the principal may post what the
// command makes.
type Dialog struct {
	Ticket    ticket.State
	Team      team.State
	Addresses []string
	Now       time.Time
	Today     aggregates.Date
	MayPost   bool
}

// starts are the commands that the services begin with.
var starts = map[team.Service]Command{
	team.Refunds: IssueRefund{}, team.Coupons: GenerateCoupon{}, team.Returns: ReverseTransfer{},
	team.Repairs: CreateRepair{}, team.FieldService: PlanIntervention{},
}

// Dialog opens the dialog of a service on a ticket. It refuses what the
// service's command refuses before it looks at its fields (domain.md 3, checks
// 0.3 to 0.7), and writes nothing.
func (s *Service) Dialog(ctx context.Context, p Principal, id uuid.UUID, service team.Service) (Dialog, error) {
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	x := s.newExecution(Request{Principal: p}, starts[service].commandName())
	t, err := x.service(ctx, id, service)
	if err != nil {
		return Dialog{}, err
	}
	owner, err := load(ctx, x, team.Model, t.Details.Team)
	if err != nil {
		return Dialog{}, err
	}
	addresses, err := x.addresses(ctx, t)
	return Dialog{
		Ticket: t, Team: owner.State, Addresses: addresses, Now: x.now, Today: x.today(), MayPost: p.MayPost(),
	}, err
}
