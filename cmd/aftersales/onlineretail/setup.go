package onlineretail

import (
	"context"

	"golang.org/x/sync/errgroup"

	"aftersales/http/client"
)

// What the documents of the data set refer to.
var (
	teamID     = idOf("team")
	journalID  = idOf("journal")
	locationID = idOf("location")
)

// request is a command of the set-up.
type request struct {
	path string
	key  string
	body object
}

// setUp makes what the documents refer to.
func (i *importer) setUp(ctx context.Context, _ []document) error {
	enable := object{"modules_confirmed": true}
	for _, r := range []request{
		{"/v1/teams", keyOf("team"), object{"id": teamID, "name": "Online Retail"}},
		{"/v1/teams/" + teamID.String() + "/services/refunds/enable", keyOf("enable", "refunds"), enable},
		{"/v1/teams/" + teamID.String() + "/services/returns/enable", keyOf("enable", "returns"), enable},
		{"/v1/journals", keyOf("journal"), object{"id": journalID, "code": "RETAIL", "name": "Online Retail", "type": "sale"}},
		{"/v1/locations", keyOf("location"), object{"id": locationID, "name": "Online Retail returns", "return_location": true}},
	} {
		if _, err := i.post(ctx, r.path, r.key, r.body); err != nil {
			return err
		}
	}
	return nil
}

// register makes the customers and products known, as they first stand in the
// file.
func (i *importer) register(ctx context.Context, documents []document) error {
	var customers, products []request
	seen := map[string]bool{}
	first := func(key string) bool {
		again := seen[key]
		seen[key] = true
		return !again
	}
	for _, d := range documents {
		if d.customer == "" {
			continue
		}
		if key := keyOf("customer", d.customer); first(key) {
			customers = append(customers, request{"/v1/customers", key, object{
				"id": idOf("customer", d.customer), "name": "Customer " + d.customer, "address": d.country,
			}})
		}
		for _, l := range d.lines {
			if key := keyOf("product", l.code); first(key) {
				products = append(products, request{"/v1/products", key, productOf(l)})
			}
		}
	}
	i.report.Customers, i.report.Products = len(customers), len(products)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for _, r := range append(customers, products...) {
		group.Go(func() error {
			_, err := i.post(ctx, r.path, r.key, r.body)
			// An earlier file told it otherwise, as descriptions vary: that stands.
			if client.HasCode(err, "idempotency_key_reused") {
				return nil
			}
			return err
		})
	}
	return group.Wait()
}

func productOf(l line) object {
	body := object{"id": idOf("product", l.code), "name": l.name(), "sku": l.code, "type": "goods", "tracking": "none"}
	if service(l.code) {
		body["type"] = "service"
	}
	return body
}

// name is the line's description; a blank one gives way to the code.
func (l line) name() string {
	if l.description == "" {
		return l.code
	}
	return l.description
}
