package eventstore

import (
	"context"
	"encoding/json"

	"github.com/ThreeDotsLabs/watermill/message"

	"aftersales/aggregates"
)

// sliceKey is the context key of a message's slice.
type sliceKey struct{}

// sliceNote is the payload of a message: what logs and tools may show of a
// slice. The events themselves travel in memory.
type sliceNote struct {
	After  string `json:"after"`
	To     string `json:"to"`
	Events int    `json:"events"`
}

// SliceOf is the slice of the log that a message of Subscriber carries. It is
// false for messages of others, and for copies made without their context.
func SliceOf(msg *message.Message) (Slice, bool) {
	slice, ok := msg.Context().Value(sliceKey{}).(Slice)
	return slice, ok
}

// newMessage puts a slice into a message whose context ends with cancel. Its
// UUID follows from the topic and the slice's end, the same at each delivery.
func newMessage(ctx context.Context, topic string, slice Slice) (*message.Message, context.CancelFunc) {
	note := sliceNote{After: slice.After.String(), To: slice.To.String(), Events: len(slice.Events)}
	payload, err := json.Marshal(note)
	if err != nil {
		panic(err) // two strings and a number
	}
	ctx, cancel := context.WithCancel(context.WithValue(ctx, sliceKey{}, slice))
	id := aggregates.DeriveID("slice", topic, slice.To.String())
	return message.NewMessageWithContext(ctx, id.String(), payload), cancel
}
