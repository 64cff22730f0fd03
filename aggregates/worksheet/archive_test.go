package worksheet_test

import (
	"testing"

	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/worksheet"
)

// 2.11: active and archived.
func TestArchiving(t *testing.T) {
	registered := worksheet.Defined{Template: id, Version: 1, Name: "Visit"}
	known := aggregatetest.For(t, worksheet.Model, registered)
	known.When(worksheet.State.Archive).Then(worksheet.Archived{})
	aggregatetest.For(t, worksheet.Model, registered, worksheet.Archived{}).When(worksheet.State.Archive).Then()
	aggregatetest.For(t, worksheet.Model).When(worksheet.State.Archive).Refused("template_not_found")
}
