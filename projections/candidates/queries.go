package candidates

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/journal"
	"aftersales/aggregates/location"
	"aftersales/aggregates/order"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
	"aftersales/aggregates/program"
	"aftersales/aggregates/project"
	"aftersales/aggregates/tag"
	"aftersales/aggregates/worksheet"
	"aftersales/projections"
)

// Most is the greatest number of candidates in a list.
const Most = 200

// Filter narrows a list; zero fields do not. Entity is the commercial entity
// of the customer; Usable keeps what there is a use for, see the column,
// Delivered the orders of which something was delivered. On keeps the products
// on lines of the entity's documents of that kind; OfferedOn the programs that are in
// date on the day and not exhausted.
type Filter struct {
	ID        uuid.UUID
	Entity    uuid.UUID
	Order     uuid.UUID
	Product   uuid.UUID
	Ticket    uuid.UUID
	Usable    bool
	Delivered bool
	On        string
	OfferedOn aggregates.Date
}

func (f Filter) where(kind string) projections.Where {
	var w projections.Where
	w.And(true, "c.kind = ? AND c.ready", kind)
	w.And(f.ID != uuid.Nil, "c.id = ?", f.ID)
	w.And(f.Entity != uuid.Nil && f.On == "", "c.entity = ?", f.Entity)
	w.And(f.Order != uuid.Nil, "c.sales_order = ?", f.Order)
	w.And(f.Product != uuid.Nil, "c.products @> ARRAY[?]::uuid[]", f.Product)
	w.And(f.Ticket != uuid.Nil, "c.ticket = ?", f.Ticket)
	w.And(f.Usable, "c.usable")
	w.And(f.Delivered, `EXISTS (SELECT FROM candidates.candidate d WHERE d.sales_order = c.id AND d.kind = 'delivery' AND d.ready)`)
	// The fields are those of the folded program.State.
	w.And(f.OfferedOn != "", `(SELECT p.state->>'StartsOn' <= ? AND (p.state->>'EndsOn' = '' OR p.state->>'EndsOn' >= ?)
		AND coalesce((p.state->>'Issued')::bigint < (p.state->>'UsageLimit')::bigint, true)
		FROM candidates.aggregate p WHERE p.stream = c.stream)`, string(f.OfferedOn), string(f.OfferedOn))
	if f.On != "" {
		w.And(true, `c.id IN (SELECT unnest(d.products) FROM candidates.candidate d WHERE d.ready AND d.kind = ? AND d.entity = ?)`, f.On, f.Entity)
	}
	return w
}

// Invoices are posted invoices. These lists are the newest first, at most Most
// of them; more says that there are others.
func Invoices(ctx context.Context, q projections.Querier, f Filter) (all []invoice.State, more bool, err error) {
	return list[invoice.State](ctx, q, "invoice", f)
}

// Orders are confirmed sales orders.
func Orders(ctx context.Context, q projections.Querier, f Filter) (all []order.State, more bool, err error) {
	return list[order.State](ctx, q, "order", f)
}

// Deliveries are deliveries that are done.
func Deliveries(ctx context.Context, q projections.Querier, f Filter) (all []picking.State, more bool, err error) {
	return list[picking.State](ctx, q, "delivery", f)
}

// Programs are the coupon programs that give out coupons on the day.
func Programs(ctx context.Context, q projections.Querier, today aggregates.Date) (all []program.State, more bool, err error) {
	return list[program.State](ctx, q, "coupon_program", Filter{OfferedOn: today})
}

// Locations are stock locations.
func Locations(ctx context.Context, q projections.Querier, f Filter) (all []location.State, more bool, err error) {
	return list[location.State](ctx, q, "location", f)
}

// Products are products of all types.
func Products(ctx context.Context, q projections.Querier, f Filter) (all []product.State, more bool, err error) {
	return list[product.State](ctx, q, "product", f)
}

// Projects are projects of all sorts.
func Projects(ctx context.Context, q projections.Querier, f Filter) (all []project.State, more bool, err error) {
	return list[project.State](ctx, q, "project", f)
}

// Templates are worksheet templates that are not archived.
func Templates(ctx context.Context, q projections.Querier) (all []worksheet.State, more bool, err error) {
	return list[worksheet.State](ctx, q, "worksheet_template", Filter{Usable: true})
}

// Tags are the tags of repairs and tasks, as they are written.
func Tags(ctx context.Context, q projections.Querier) (all []tag.State, more bool, err error) {
	return list[tag.State](ctx, q, "tag", Filter{})
}

// Journals are journals that are not archived.
func Journals(ctx context.Context, q projections.Querier) (all []journal.State, more bool, err error) {
	return list[journal.State](ctx, q, "journal", Filter{Usable: true})
}

// Return is a return with the delivery that it comes from.
type Return struct {
	picking.Return
	From picking.State
}

// Returns are returns that are not cancelled.
func Returns(ctx context.Context, q projections.Querier, f Filter) (all []Return, more bool, err error) {
	found, more, err := find(ctx, q, "return", f)
	for _, c := range found {
		var d picking.State
		if err := json.Unmarshal(c.State, &d); err != nil {
			return nil, false, fmt.Errorf("candidates: %w", err)
		}
		r, _ := d.Return(c.ID)
		all = append(all, Return{r, d})
	}
	return all, more, err
}

// Exists says whether there is a candidate.
func Exists(ctx context.Context, q projections.Querier, kind string, f Filter) (bool, error) {
	where := f.where(kind)
	var found bool
	err := q.QueryRow(ctx, `SELECT EXISTS (SELECT FROM candidates.candidate c `+where.SQL()+`)`, where.Args()...).Scan(&found)
	if err != nil {
		return false, fmt.Errorf("candidates: %w", err)
	}
	return found, nil
}

// found is a candidate with the state of its aggregate.
type found struct {
	ID    uuid.UUID
	State []byte
}

func find(ctx context.Context, q projections.Querier, kind string, f Filter) (all []found, more bool, err error) {
	where := f.where(kind)
	rows, err := q.Query(ctx, `SELECT c.id, a.state FROM candidates.candidate c JOIN candidates.aggregate a USING (stream) `+where.SQL()+
		fmt.Sprintf(` ORDER BY c.created DESC, c.place DESC LIMIT %d`, Most+1), where.Args()...)
	if err == nil {
		all, err = pgx.CollectRows(rows, pgx.RowToStructByPos[found])
	}
	if err != nil {
		return nil, false, fmt.Errorf("candidates: %w", err)
	}
	if len(all) > Most {
		return all[:Most], true, nil
	}
	return all, false, nil
}

func list[S any](ctx context.Context, q projections.Querier, kind string, f Filter) (all []S, more bool, err error) {
	rows, more, err := find(ctx, q, kind, f)
	if err != nil {
		return nil, false, err
	}
	all = make([]S, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal(r.State, &all[i]); err != nil {
			return nil, false, fmt.Errorf("candidates: state of %s %s: %w", kind, r.ID, err)
		}
	}
	return all, more, nil
}
