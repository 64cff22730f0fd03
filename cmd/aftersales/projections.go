package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"text/tabwriter"
	"time"

	"aftersales/http/client"
)

// projectionsCommand is what can be asked about the read models of a running
// service.
type projectionsCommand struct {
	List    listProjectionsCommand `cmd:"" default:"withargs" help:"List how the read models stand (the default)."`
	Parked  parkedCommand          `cmd:"" help:"List the events that a read model lacks because one could not be applied."`
	Retry   retryCommand           `cmd:"" help:"Apply parked events, in order; exit status 1 when some stay parked."`
	DropOld dropOldCommand         `cmd:"" name:"drop-old" help:"Drop the tables that served before the last rebuild."`
}

// running is where the service is.
type running struct {
	URL     string `env:"AFTERSALES_URL" default:"http://127.0.0.1:8080" help:"The running service."`
	Token   string `env:"AFTERSALES_ADMIN_TOKEN" help:"Bearer token; empty: the one in the data folder."`
	DataDir string `name:"data-dir" env:"AFTERSALES_DATA_DIR" default:"./var" help:"The service's data folder."`
}

func (r running) client() (*client.Client, error) {
	return online{URL: r.URL, Token: r.Token}.client(r.DataDir)
}

// remoteProjection is how a read model of the running service stands.
type remoteProjection struct {
	Name       string  `json:"name"`
	State      string  `json:"state"`
	Position   string  `json:"position"`
	LagEvents  int     `json:"lag_events"`
	LagSeconds float64 `json:"lag_seconds"`
	Unknown    int64   `json:"unknown_events"`
	Parked     int     `json:"parked"`
	Failing    int     `json:"parked_failing"`
	Error      *string `json:"error"`
	Holder     *string `json:"holder"`
	OldKept    bool    `json:"old_kept"`
	Rebuild    *struct {
		StartedAt  time.Time  `json:"started_at"`
		FinishedAt *time.Time `json:"finished_at"`
		Done       int64      `json:"events_done"`
		Total      int64      `json:"events_total"`
		Rate       float64    `json:"events_per_second"`
		Left       float64    `json:"seconds_left"`
		Error      *string    `json:"error"`
	} `json:"rebuild"`
}

func remoteProjections(ctx context.Context, api *client.Client) ([]remoteProjection, error) {
	var body struct {
		Items []remoteProjection `json:"items"`
	}
	err := api.Get(ctx, "/v1/projections", &body)
	return body.Items, err
}

type listProjectionsCommand struct{ running }

// Run prints a table.
func (c *listProjectionsCommand) Run(ctx context.Context) error {
	api, err := c.client()
	if err != nil {
		return err
	}
	all, err := remoteProjections(ctx, api)
	if err != nil {
		return err
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	// What fails is kept by out, and told by Flush.
	_, _ = fmt.Fprintln(out, "NAME\tSTATE\tPOSITION\tLAG\tPARKED\tUNKNOWN\tOLD KEPT\tHOLDER\tERROR")
	for _, p := range all {
		_, _ = fmt.Fprintf(out, "%s\t%s\t%s\t%d (%.1f s)\t%d (%d failed)\t%d\t%t\t%s\t%s\n", p.Name, p.State, p.Position,
			p.LagEvents, p.LagSeconds, p.Parked, p.Failing, p.Unknown, p.OldKept, textOr(p.Holder), textOr(p.Error))
	}
	return out.Flush()
}

// textOr is a text, or a dash for none.
func textOr(s *string) string {
	if s == nil {
		return "-"
	}
	return *s
}

type parkedCommand struct {
	running
	Projections []string `arg:"" optional:"" help:"Read models; none: all."`
}

// Run prints one parked event a line, in log order.
func (c *parkedCommand) Run(ctx context.Context) error {
	api, err := c.client()
	if err != nil {
		return err
	}
	for _, name := range chosen(c.Projections) {
		query := url.Values{"limit": {"200"}}
		for more := true; more; {
			var page struct {
				Items []struct {
					Position string  `json:"position"`
					Stream   string  `json:"stream"`
					Revision uint64  `json:"revision"`
					Type     string  `json:"type"`
					Ticket   *string `json:"ticket"`
					Error    *string `json:"error"`
					Attempts int     `json:"attempts"`
				} `json:"items"`
				Next *string `json:"next_cursor"`
			}
			if err := api.Get(ctx, "/v1/projections/"+name+"/parked?"+query.Encode(), &page); err != nil {
				return err
			}
			for _, p := range page.Items {
				why := "waits for an earlier event"
				if p.Error != nil {
					why = fmt.Sprintf("failed %d times: %s", p.Attempts, *p.Error)
				}
				fmt.Printf("%s %s %s/%d %s ticket %s: %s\n", name, p.Position, p.Stream, p.Revision, p.Type, textOr(p.Ticket), why)
			}
			if more = page.Next != nil; more {
				query.Set("cursor", *page.Next)
			}
		}
	}
	return nil
}

type retryCommand struct {
	running
	Projections []string `arg:"" optional:"" help:"Read models; none: all."`
}

// Run retries and prints what became of the events.
func (c *retryCommand) Run(ctx context.Context) error {
	api, err := c.client()
	if err != nil {
		return err
	}
	left := 0
	for _, name := range chosen(c.Projections) {
		var done struct{ Applied, Parked int }
		if err := api.Operate(ctx, "/v1/projections/"+name+"/parked/retry", &done); err != nil {
			return err
		}
		fmt.Println(name, "applied", done.Applied, "events,", done.Parked, "stay parked")
		left += done.Parked
	}
	if left > 0 {
		return fmt.Errorf("%d events stay parked", left)
	}
	return nil
}

type dropOldCommand struct {
	running
	Projections []string `arg:"" optional:"" help:"Read models; none: all."`
}

// Run drops what was kept.
func (c *dropOldCommand) Run(ctx context.Context) error {
	api, err := c.client()
	if err != nil {
		return err
	}
	for _, name := range chosen(c.Projections) {
		var p remoteProjection
		if err := api.Operate(ctx, "/v1/projections/"+name+"/drop-old", &p); err != nil {
			return err
		}
	}
	return nil
}
