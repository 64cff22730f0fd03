// Package aggregates is the shared kernel of the domain: exact money and
// quantities, refusals with stable codes, event definitions and the metadata
// that every event carries. Each aggregate has a package of its own below it,
// with its events, its state, one total evolve and its rules.
//
// Everything here is pure: no I/O, no clock, no randomness, no floats.
package aggregates
