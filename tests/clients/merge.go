// SPDX-License-Identifier: Apache-2.0

// merge reads profiles with google/pprof's package, as servers do: each must be valid, and the sums of what was
// allocated, stack by stack, those of the first one, which has all of it.
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/google/pprof/profile"
)

func read(name string) *profile.Profile {
	file, err := os.Open(name)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	p, err := profile.Parse(file)
	if err != nil {
		panic(fmt.Sprint(name, ": ", err))
	}
	if err := p.CheckValid(); err != nil {
		panic(fmt.Sprint(name, ": ", err))
	}
	return p
}

func sums(p *profile.Profile) map[string][2]int64 {
	all := map[string][2]int64{}
	for _, sample := range p.Sample {
		var key strings.Builder
		for _, location := range sample.Location {
			for _, line := range location.Line {
				fmt.Fprintf(&key, "%s:%d;", line.Function.SystemName, line.Line)
			}
		}
		fmt.Fprint(&key, sample.NumLabel)
		sum := all[key.String()]
		sum[0] += sample.Value[0]
		sum[1] += sample.Value[1]
		if sum != [2]int64{} {
			all[key.String()] = sum
		}
	}
	return all
}

func main() {
	whole := sums(read(os.Args[1]))
	var pushed []*profile.Profile
	for _, name := range os.Args[2:] {
		pushed = append(pushed, read(name))
	}
	merged, err := profile.Merge(pushed)
	if err != nil {
		panic(err)
	}
	if err := merged.CheckValid(); err != nil {
		panic(err)
	}
	parts := sums(merged)
	for key, sum := range whole {
		if parts[key] != sum {
			fmt.Println(key, "wanted", sum, "got", parts[key])
		}
	}
	for key, sum := range parts {
		if _, ok := whole[key]; !ok {
			fmt.Println(key, "is not in the whole:", sum)
		}
	}
	fmt.Println(len(pushed), "profiles,", len(whole), "stacks")
}
