package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"aftersales/projections"
)

type verifyCommand struct {
	settings
	online
	Projections []string `arg:"" optional:"" help:"Read models to verify; none: all."`
}

// errDiffers makes the exit status 1.
var errDiffers = errors.New("a read model differs from its rebuild")

// mostPrinted bounds what is printed of one read model; all differences are
// counted.
const mostPrinted = 200

// finding is what came out of verifying one read model.
type finding struct {
	count  int64
	parked int
	lines  []string
}

// Run compares each read model with a rebuild at the same position.
func (c *verifyCommand) Run(ctx context.Context) error {
	if c.URL != "" {
		return c.over(ctx)
	}
	return c.offline(ctx, func(_ *parts, r *projections.Runner) error {
		return c.each(func(name string) (finding, error) {
			found, err := r.Compare(ctx, name)
			f := finding{count: found.Count, parked: found.Parked}
			for _, d := range found.Differences[:min(len(found.Differences), mostPrinted)] {
				f.lines = append(f.lines, d.String())
			}
			return f, err
		})
	})
}

// over lets the running service compare.
func (c *verifyCommand) over(ctx context.Context) error {
	api, err := c.client(c.DataDir)
	if err != nil {
		return err
	}
	return c.each(func(name string) (f finding, err error) {
		var body struct {
			Count       int64 `json:"count"`
			Parked      int   `json:"parked"`
			Differences []struct {
				Table   string          `json:"table"`
				Key     json.RawMessage `json:"key"`
				Found   string          `json:"found"`
				Columns []string        `json:"columns"`
			} `json:"differences"`
		}
		err = api.Operate(ctx, "/v1/projections/"+name+"/verify", &body)
		f.count, f.parked = body.Count, body.Parked
		for _, d := range body.Differences {
			f.lines = append(f.lines, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", d.Table, d.Key, d.Found, strings.Join(d.Columns, ", "))))
		}
		return f, err
	})
}

// each verifies one read model after the other and prints what was found.
func (c *verifyCommand) each(verify func(name string) (finding, error)) error {
	differs := false
	for _, name := range chosen(c.Projections) {
		f, err := verify(name)
		if err != nil {
			return err
		}
		for _, line := range f.lines {
			fmt.Println(name, line)
		}
		if more := f.count - int64(len(f.lines)); more > 0 {
			fmt.Println(name, "and", more, "more")
		}
		fmt.Println(name, "verified:", f.count, "differences,", f.parked, "events parked")
		differs = differs || f.count > 0
	}
	if differs {
		return errDiffers
	}
	return nil
}
