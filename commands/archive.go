package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/customer"
	"aftersales/aggregates/journal"
	"aftersales/aggregates/product"
	"aftersales/aggregates/program"
	"aftersales/aggregates/project"
	"aftersales/aggregates/team"
	"aftersales/aggregates/worksheet"
)

// reference decides about a document that others refer to, if the principal
// may.
func reference[S any](ctx context.Context, x *execution, kind string, m aggregates.Model[S], id uuid.UUID,
	rule func(S) ([]aggregates.Event, error),
) error {
	if err := x.authorise(); err != nil {
		return err
	}
	x.match = m.Stream(id)
	x.concerns(kind, id, x.match)
	_, err := decide(ctx, x, m, id, rule)
	return err
}

// ArchiveCustomer keeps a customer out of new documents.
type ArchiveCustomer struct {
	Customer uuid.UUID `json:"-"`
}

func (ArchiveCustomer) commandName() string { return "archive-customer" }

func (c ArchiveCustomer) execute(ctx context.Context, x *execution) error {
	return reference(ctx, x, "customer", customer.Model, c.Customer, customer.State.Archive)
}

// UnarchiveCustomer takes that back.
type UnarchiveCustomer struct {
	Customer uuid.UUID `json:"-"`
}

func (UnarchiveCustomer) commandName() string { return "unarchive-customer" }

func (c UnarchiveCustomer) execute(ctx context.Context, x *execution) error {
	return reference(ctx, x, "customer", customer.Model, c.Customer, customer.State.Unarchive)
}

// ArchiveTeam keeps a team out of new tickets. OpenTickets is how many it has:
// the tickets' streams hold no count, so a read model tells, and a ticket that
// is opened at the same moment stays with the team.
type ArchiveTeam struct {
	Team        uuid.UUID `json:"-"`
	OpenTickets int       `json:"-"`
}

func (ArchiveTeam) commandName() string { return "archive-team" }

func (c ArchiveTeam) execute(ctx context.Context, x *execution) error {
	if err := x.ownTeam(c.Team); err != nil {
		return err
	}
	return reference(ctx, x, "team", team.Model, c.Team, func(s team.State) ([]aggregates.Event, error) {
		return s.Archive(c.OpenTickets)
	})
}

// UnarchiveTeam takes that back.
type UnarchiveTeam struct {
	Team uuid.UUID `json:"-"`
}

func (UnarchiveTeam) commandName() string { return "unarchive-team" }

func (c UnarchiveTeam) execute(ctx context.Context, x *execution) error {
	if err := x.ownTeam(c.Team); err != nil {
		return err
	}
	return reference(ctx, x, "team", team.Model, c.Team, team.State.Unarchive)
}

// ArchiveProduct keeps a product out of the choices.
type ArchiveProduct struct {
	Product uuid.UUID `json:"-"`
}

func (ArchiveProduct) commandName() string { return "archive-product" }

func (c ArchiveProduct) execute(ctx context.Context, x *execution) error {
	return reference(ctx, x, "product", product.Model, c.Product, product.State.Archive)
}

// UnarchiveProduct takes that back.
type UnarchiveProduct struct {
	Product uuid.UUID `json:"-"`
}

func (UnarchiveProduct) commandName() string { return "unarchive-product" }

func (c UnarchiveProduct) execute(ctx context.Context, x *execution) error {
	return reference(ctx, x, "product", product.Model, c.Product, product.State.Unarchive)
}

// ArchiveProject lets no more visits be planned in a project.
type ArchiveProject struct {
	Project uuid.UUID `json:"-"`
}

func (ArchiveProject) commandName() string { return "archive-project" }

func (c ArchiveProject) execute(ctx context.Context, x *execution) error {
	return reference(ctx, x, "project", project.Model, c.Project, project.State.Archive)
}

// UnarchiveProject takes that back.
type UnarchiveProject struct {
	Project uuid.UUID `json:"-"`
}

func (UnarchiveProject) commandName() string { return "unarchive-project" }

func (c UnarchiveProject) execute(ctx context.Context, x *execution) error {
	return reference(ctx, x, "project", project.Model, c.Project, project.State.Unarchive)
}

// ArchiveJournal lets nothing more be posted in a journal.
type ArchiveJournal struct {
	Journal uuid.UUID `json:"-"`
}

func (ArchiveJournal) commandName() string { return "archive-journal" }

func (c ArchiveJournal) execute(ctx context.Context, x *execution) error {
	return reference(ctx, x, "journal", journal.Model, c.Journal, journal.State.Archive)
}

// UnarchiveJournal takes that back.
type UnarchiveJournal struct {
	Journal uuid.UUID `json:"-"`
}

func (UnarchiveJournal) commandName() string { return "unarchive-journal" }

func (c UnarchiveJournal) execute(ctx context.Context, x *execution) error {
	return reference(ctx, x, "journal", journal.Model, c.Journal, journal.State.Unarchive)
}

// ArchiveWorksheet keeps a worksheet template out of new tasks.
type ArchiveWorksheet struct {
	Template uuid.UUID `json:"-"`
}

func (ArchiveWorksheet) commandName() string { return "archive-worksheet" }

func (c ArchiveWorksheet) execute(ctx context.Context, x *execution) error {
	return reference(ctx, x, "worksheet_template", worksheet.Model, c.Template, worksheet.State.Archive)
}

// ArchiveProgram ends a coupon program, and makes its codes invalid.
type ArchiveProgram struct {
	Program uuid.UUID `json:"-"`
}

func (ArchiveProgram) commandName() string { return "archive-program" }

func (c ArchiveProgram) execute(ctx context.Context, x *execution) error {
	return reference(ctx, x, "coupon_program", program.Model, c.Program, program.State.Archive)
}

// activeCustomer is a customer chosen for a new document: customer_not_found,
// customer_archived.
func (x *execution) activeCustomer(ctx context.Context, id uuid.UUID) (customer.State, error) {
	c, err := x.customer(ctx, "customer", id)
	if err == nil && c.Archived {
		err = aggregates.Refuse("customer_archived").On("customer")
	}
	return c, err
}

// activeProduct is a product chosen for a new document: product_not_found,
// product_archived.
func (x *execution) activeProduct(ctx context.Context, field string, id uuid.UUID) (product.State, error) {
	p, err := x.currentProduct(ctx, field, id)
	if err == nil && p.Archived {
		err = aggregates.Refuse("product_archived").On(field)
	}
	return p, err
}

// activeJournal is a journal that something is to be posted in:
// journal_not_found, journal_archived.
func (x *execution) activeJournal(ctx context.Context, id uuid.UUID) (journal.State, error) {
	j, err := named(ctx, x, "journal", "journal", journal.Model, id)
	if err == nil && j.Archived {
		err = aggregates.Refuse("journal_archived").On("journal")
	}
	return j, err
}

// chosenCustomer is the customer that a document has now, archived or not, or
// another one, active.
func (x *execution) chosenCustomer(ctx context.Context, id, now uuid.UUID) (customer.State, error) {
	if id == now {
		return x.customer(ctx, "customer", id)
	}
	return x.activeCustomer(ctx, id)
}
