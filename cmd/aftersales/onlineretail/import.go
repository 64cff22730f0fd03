// Package onlineretail imports the data set Online Retail (Daqing Chen, UCI
// Machine Learning Repository, 2015, doi 10.24432/C5BW33) through the HTTP API:
// sales as orders, deliveries and invoices, cancellations as tickets with a
// refund and returns.
//
// Ids and Idempotency-Keys derive from the source's numbers, and what numbers
// of ours are allotted to goes one after the other in the order of the file. So
// an import that is repeated, also after a crash, ends in the same state.
package onlineretail

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"aftersales/http/client"
)

// parallel is how many requests are under way at a time where the order does
// not matter.
const parallel = 8

// patience is how long one request waits for a service that is away.
const patience = 3 * time.Minute

// Import loads a file of the data set into a service and reports what it made of
// it. Progress, if any, hears how many of the file's documents are done. The
// errors are those of the file, by line, before anything is sent; a
// *client.Problem that names the request; or the context's.
func Import(ctx context.Context, service *client.Client, file io.Reader, progress func(done, all int)) (Report, error) {
	documents, err := read(file)
	if err != nil {
		return Report{}, err
	}
	i := &importer{service: service, all: len(documents), progress: progress}
	if i.progress == nil {
		i.progress = func(int, int) {}
	}
	i.report.Documents = len(documents)
	for _, step := range []func(context.Context, []document) error{i.catchUp, i.setUp, i.register, i.documents} {
		if err := step(ctx, documents); err != nil {
			return Report{}, err
		}
	}
	return i.report, nil
}

type importer struct {
	service  *client.Client
	progress func(done, all int)
	done     int
	all      int
	report   Report
}

func (i *importer) post(ctx context.Context, path, key string, body any) (client.Outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return i.service.Post(ctx, path, key, body)
}

func (i *importer) get(ctx context.Context, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return i.service.Get(ctx, path, into)
}

// catchUp lets all reads wait for what is in the log by now: an import that died
// may have left more there than the read models show yet.
func (i *importer) catchUp(ctx context.Context, _ []document) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return i.service.CatchUp(ctx)
}

// documents makes what the file's documents become. Sales between two
// cancellations go side by side, but those of one customer in their order, by
// which they are matched; cancellations go alone.
func (i *importer) documents(ctx context.Context, documents []document) error {
	var sales []document
	for _, d := range documents {
		switch {
		case d.customer == "":
			i.report.SkippedDocumentsNoCust++
			i.advance(1)
		case !d.cancels():
			i.report.SkippedLinesNotPositive += d.passed
			sales = append(sales, d)
		default:
			i.report.SkippedLinesNotPositive += d.passed
			if err := i.sell(ctx, sales); err != nil {
				return err
			}
			sales = nil
			if err := i.cancel(ctx, d); err != nil {
				return fmt.Errorf("cancellation %s: %w", d.number, err)
			}
			i.advance(1)
		}
	}
	return i.sell(ctx, sales)
}

func (i *importer) advance(documents int) {
	i.done += documents
	i.progress(i.done, i.all)
}

// sell posts sales, side by side but for those of one customer.
func (i *importer) sell(ctx context.Context, sales []document) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for _, of := range byCustomer(sales) {
		group.Go(func() error {
			for _, d := range of {
				if err := i.sale(ctx, d); err != nil {
					return fmt.Errorf("invoice %s: %w", d.number, err)
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, d := range sales {
		if len(d.lines) > 0 {
			i.report.sale(d)
		}
	}
	i.advance(len(sales))
	return nil
}

func byCustomer(sales []document) [][]document {
	var groups [][]document
	places := map[string]int{}
	for _, d := range sales {
		at, known := places[d.customer]
		if !known {
			at = len(groups)
			groups, places[d.customer] = append(groups, nil), at
		}
		groups[at] = append(groups[at], d)
	}
	return groups
}

// object is the JSON body of a request.
type object map[string]any

// made refuses an outcome that lacks what the command must have made.
func made(o client.Outcome, kind string) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	for _, d := range o.Documents {
		if d.Kind == kind {
			ids = append(ids, d.ID)
		}
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("the service answered without a %s", kind)
	}
	return ids, nil
}
