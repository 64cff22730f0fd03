package task_test

import (
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/attachment"
	"aftersales/aggregates/task"
)

// The customer and the company speak of the visit, also when it is over.
func TestAMessageIsPostedOnATask(t *testing.T) {
	post := func(m task.MessagePosted) rule {
		return func(s task.State) ([]aggregates.Event, error) { return s.PostMessage(m) }
	}
	files := func(n int) task.MessagePosted {
		return task.MessagePosted{FromCustomer: true, Attachments: make([]attachment.File, n)}
	}
	said := task.MessagePosted{Message: id("message"), Author: "customer-1", FromCustomer: true, Body: "Ring twice"}
	given(t, create()).When(post(said)).Then(said)
	given(t, create()).When(post(task.MessagePosted{Body: " "})).Refused("required")
	full := given(t, create(), post(files(attachment.MaxOfCustomers)))
	full.When(post(files(1))).Refused("too_many_attachments")
	full.When(post(said)).Then(said)
}
