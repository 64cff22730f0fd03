package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"aftersales/http/client"
	"aftersales/projections"
)

// chosen are the projections named, or all.
func chosen(names []string) []string {
	if len(names) > 0 {
		return names
	}
	for _, p := range readModels {
		names = append(names, p.Name)
	}
	return names
}

// online says where a tool finds the running service, if it is to use one.
type online struct {
	URL   string `env:"AFTERSALES_URL" help:"A running service that is to do it; empty: this process does, on the parts that the settings name."`
	Token string `env:"AFTERSALES_ADMIN_TOKEN" help:"Bearer token for it; empty: the one in the data folder."`
}

func (o online) client(dataDir string) (*client.Client, error) {
	token, err := onlineRetailCommand{Token: o.Token, DataDir: dataDir}.token()
	if err != nil {
		return nil, err
	}
	return client.New(o.URL, token), nil
}

type rebuildCommand struct {
	settings
	online
	DropOld     bool     `name:"drop-old" help:"Drop the tables that served before, instead of keeping them."`
	Projections []string `arg:"" optional:"" help:"Read models to rebuild; none: all."`
}

// Run rebuilds each read model beside the live one and switches. Progress goes
// to standard error when that is a terminal.
func (c *rebuildCommand) Run(ctx context.Context) error {
	if c.URL != "" {
		api, err := c.client(c.DataDir)
		if err != nil {
			return err
		}
		return c.each(func(name string) error { return rebuildOver(ctx, api, name, c.DropOld) })
	}
	return c.offline(ctx, func(_ *parts, r *projections.Runner) error {
		return c.each(func(name string) error {
			stop := watchRebuild(ctx, name, func(ctx context.Context) (all []projections.Status, err error) { return r.Status(ctx) })
			err := r.Rebuild(ctx, name)
			stop()
			if err == nil && c.DropOld {
				err = r.DropOld(ctx, name)
			}
			return err
		})
	})
}

func (c *rebuildCommand) each(rebuild func(name string) error) error {
	for _, name := range chosen(c.Projections) {
		if err := rebuild(name); err != nil {
			return err
		}
		fmt.Println(name, "rebuilt")
	}
	return nil
}

// watchRebuild shows the progress of a rebuild in this process until stop.
func watchRebuild(ctx context.Context, name string, status func(context.Context) ([]projections.Status, error)) (stop func()) {
	if !terminal() {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(progressInterval)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				fmt.Fprint(os.Stderr, "\r\033[K")
				return
			case <-tick.C:
			}
			all, err := status(ctx)
			if err != nil {
				continue // the rebuild itself tells
			}
			for _, s := range all {
				if s.Name == name && s.Rebuild.Running() {
					showProgress(name, s.Rebuild.Done, s.Rebuild.Total, s.Rebuild.Rate, s.Rebuild.Left)
				}
			}
		}
	}()
	return func() { cancel(); <-done }
}

// progressInterval is how often progress is shown, and asked for.
const progressInterval = 500 * time.Millisecond

func showProgress(name string, done, total int64, rate float64, left time.Duration) {
	fmt.Fprintf(os.Stderr, "\r\033[K%s: %d of %d events, %.0f/s, %s left", name, done, total, rate, left.Round(time.Second))
}

// terminal says whether standard error is one.
func terminal() bool {
	info, err := os.Stderr.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// rebuildOver lets the running service rebuild a read model and waits for it.
func rebuildOver(ctx context.Context, api *client.Client, name string, dropOld bool) error {
	var p remoteProjection
	if err := api.Operate(ctx, "/v1/projections/"+name+"/rebuild", &p); err != nil {
		return err
	}
	started := p.Rebuild.StartedAt
	tick := time.NewTicker(progressInterval)
	defer tick.Stop()
	for p.Rebuild.FinishedAt == nil && p.Rebuild.StartedAt.Equal(started) {
		if terminal() {
			showProgress(name, p.Rebuild.Done, p.Rebuild.Total, p.Rebuild.Rate, time.Duration(p.Rebuild.Left*float64(time.Second)))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		all, err := remoteProjections(ctx, api)
		if err != nil {
			return err
		}
		for _, one := range all {
			if one.Name == name && one.Rebuild != nil {
				p = one
			}
		}
	}
	if terminal() {
		fmt.Fprint(os.Stderr, "\r\033[K")
	}
	if p.Rebuild.Error != nil {
		return errors.New(*p.Rebuild.Error)
	}
	if dropOld {
		return api.Operate(ctx, "/v1/projections/"+name+"/drop-old", &p)
	}
	return nil
}
