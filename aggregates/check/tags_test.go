package check_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"aftersales/aggregates/check"
)

// P-10: a tag of the same name is the tag there is.
func TestTagsOfOneNameAreOne(t *testing.T) {
	got := check.Tags([]string{" Leak ", "leak", "", "فوري", "فوری", "كلید", "Warranty"})
	if diff := cmp.Diff([]string{"Leak", "فوری", "کلید", "Warranty"}, got); diff != "" {
		t.Error(diff)
	}
	if got := check.Tags([]string{" "}); got != nil {
		t.Errorf("got %q for nothing", got)
	}
}
