// Package sample is what serve --sample loads into an empty log: a support team
// with all five services, a ticket to try them on, and a small cut of real sales
// (README.md names its source).
package sample

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"

	"github.com/google/uuid"

	"aftersales/cmd/aftersales/onlineretail"
	"aftersales/http/client"
)

// The documents that the examples of the README call by their ids.
var (
	Ticket         = id(1) // open, of a customer with a machine that leaks
	Invoice        = id(2) // posted, of a machine, coffee and a service
	Delivery       = id(3) // done, of the machine and the coffee
	ReturnLocation = id(4)
	Program        = id(5) // gives coupons of 10 percent
)

// What those documents refer to.
var (
	team      = id(11)
	customer  = id(12)
	journal   = id(13)
	project   = id(14)
	template  = id(15)
	order     = id(16)
	machine   = id(21) // tracked by serial number
	coffee    = id(22) // tracked by lot
	service   = id(23)
	serial    = id(31)
	spare     = id(32) // another serial number
	firstLot  = id(33)
	secondLot = id(34)
)

// id is one of the sample's ids: 00000000-0000-4000-8000-0000000000NN.
func id(n byte) uuid.UUID {
	return uuid.UUID{6: 0x40, 8: 0x80, 15: n/10<<4 | n%10}
}

//go:embed online-retail.csv
var sales []byte

// Load brings the whole sample into the log if that is empty, or has a part of
// it from a load that died. A log that begins with something else is left alone,
// and so is one that has all of the sample. The errors are those of the client.
func Load(ctx context.Context, service *client.Client) error {
	ours, err := mayLoad(ctx, service)
	if err != nil || !ours {
		return err
	}
	commands := setUp()
	last := commands[len(commands)-1]
	var outcome client.Outcome
	if err := service.Get(ctx, "/v1/commands/"+last.key, &outcome); !client.HasCode(err, "not_found") {
		return err // nil: it was loaded
	}
	for _, c := range commands[:len(commands)-1] {
		if _, err := service.Post(ctx, c.path, c.key, c.body); err != nil {
			return err
		}
	}
	if _, err := onlineretail.Import(ctx, service, bytes.NewReader(sales), nil); err != nil {
		return err
	}
	_, err = service.Post(ctx, last.path, last.key, last.body)
	return err
}

// mayLoad says whether the log is empty or begins with the sample.
func mayLoad(ctx context.Context, service *client.Client) (bool, error) {
	if err := service.CatchUp(ctx); err != nil {
		return false, err
	}
	var log struct {
		Items []struct {
			Stream string `json:"stream"`
		} `json:"items"`
	}
	if err := service.Get(ctx, "/v1/audit/events?limit=1", &log); err != nil {
		return false, fmt.Errorf("the first event: %w", err)
	}
	return len(log.Items) == 0 || log.Items[0].Stream == "team-"+team.String(), nil
}
