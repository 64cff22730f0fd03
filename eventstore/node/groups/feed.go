package groups

import (
	"context"
	"iter"
	"strings"

	"aftersales/eventstore/node/engine"
)

// searchInterval is how many events of the log that do not match go by between
// two movements of a group's cursor.
const searchInterval = 1000

// signals is a subscription to the group's source. Groups on the whole log do
// not see what groups on it have parked.
func (g *group) signals(ctx context.Context, after int64) iter.Seq2[engine.Signal, error] {
	if g.Source == All {
		return g.engine.SubscribeAll(ctx, after, engine.Filter{Interval: searchInterval, Match: func(e *engine.Event) bool {
			return !Hidden(e.Stream) && (g.match == nil || g.match(e))
		}})
	}
	signals, err := g.engine.SubscribeStream(ctx, g.Source, after)
	if err != nil {
		return func(yield func(engine.Signal, error) bool) { yield(engine.Signal{}, err) }
	}
	return signals
}

// Hidden tells streams that the whole log does not show: those in which groups
// on the whole log keep what they parked, which would come to them again.
func Hidden(stream string) bool {
	return strings.HasPrefix(strings.TrimPrefix(stream, "$$"), "$persistentsubscription-"+All+"::")
}
