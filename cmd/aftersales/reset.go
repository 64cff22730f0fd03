package main

import (
	"context"
	"errors"
	"fmt"

	"aftersales/projections"
)

// checkLog refuses to go on with read models that are not this log's.
func (p *parts) checkLog(ctx context.Context) error {
	err := projections.CheckLog(ctx, p.databaseURL, p.store)
	if errors.As(err, new(*projections.AheadError)) || errors.As(err, new(*projections.OtherLogError)) {
		return fmt.Errorf("%w; restore the read models of the same time, or run `aftersales reset` to make them anew from the log", err)
	}
	return err
}

type resetCommand struct{ settings }

// Run forgets the read models; the log is not touched.
func (c *resetCommand) Run(ctx context.Context) (err error) {
	p, err := c.open(ctx, c.logger())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	if err := projections.Forget(ctx, p.databaseURL, readModels); err != nil {
		return err
	}
	fmt.Println("read models forgotten: the next start makes them from the log")
	return nil
}
