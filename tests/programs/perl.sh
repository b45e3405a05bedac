# SPDX-License-Identifier: Apache-2.0
# slow: 20
. "$SRC/tests/lib.sh"
need perl
work() {
    local count=4000
    [[ $1 == large ]] && count=120000
    PERL_HASH_SEED=0 $RUN perl -e '
        my ($count, %words, @rows) = @ARGV;
        for my $n (1 .. $count) {
            my $text = "word" . ($n * 7919 % 10007);
            push @{$words{$text}}, $n;
            push @rows, { n => $n, text => $text x ($n % 5), list => [1 .. $n % 9] };
        }
        my @sorted = sort { @{$words{$b}} <=> @{$words{$a}} || $a cmp $b } keys %words;
        print "$_ @{$words{$_}}[0..2]\n" for @sorted[0 .. 99];
        my $joined = join ",", map { $_->{text} =~ s/word(\d)/<$1>/gr } @rows;
        print length($joined), " ", unpack("%32C*", $joined), "\n";
        my $child = fork // die; if (!$child) { my @copy = map { "$_" } @rows; exit 3 } waitpid $child, 0;
        print $? >> 8, "\n"; print `echo from a shell`;
        die "at the end";' $count
}
compare work perl 512K:large 64K:large 1:small
