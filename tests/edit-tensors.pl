#!/usr/bin/env perl
# edit-tensors.pl: copies a safetensors file, changed by Perl code that sees one tensor after the other.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: edit-tensors.pl IN OUT CODE
# CODE may change $name, $dtype, @shape and @values, leave a tensor out by $name = '', and add one by
# add(NAME, DTYPE, [SHAPE], VALUES...).
use strict;
use warnings;
use JSON::PP;
use POSIX qw(frexp);

my %letter = (F64 => 'd<', I64 => 'q<', F32 => 'f<', I32 => 'l<', F16 => 'S<', BF16 => 'S<', U8 => 'C');

# Rounded to nearest, ties to even.
sub half {
    my $x = shift;
    my $sign = unpack('L<', pack 'f<', $x) >> 31 << 15;
    my ($fraction, $exponent) = frexp(abs $x);
    return $sign + sprintf '%.0f', abs($x) * 2**24 if $exponent < -13 || $fraction == 0;    # zero and subnormal
    return $sign + ($exponent + 13 << 10) + sprintf '%.0f', $fraction * 2**11;
}

sub bfloat {
    my $bits = unpack 'L<', pack 'f<', shift;
    return $bits + 0x7fff + ($bits >> 16 & 1) >> 16;
}

my ($in, $out, $code) = @ARGV;
open my $file, '<:raw', $in or die "$in: $!\n";
my $bytes = do { local $/; <$file> };
my $length = unpack 'Q<', $bytes;
my $header = decode_json(substr $bytes, 8, $length);
my (%new, $payload);
$payload = '';
$new{__metadata__} = delete $header->{__metadata__} if $header->{__metadata__};

sub add {
    my ($name, $dtype, $shape, @values) = @_;
    @values = map { half($_) } @values if $dtype eq 'F16';
    @values = map { bfloat($_) } @values if $dtype eq 'BF16';
    my $begin = length $payload;
    $payload .= pack "($letter{$dtype})*", @values;
    $new{$name} = { dtype => $dtype, shape => [map { $_ + 0 } @$shape], data_offsets => [$begin, length $payload] };
}

my $edit = eval "sub { our (\$name, \$dtype, \@shape, \@values); no strict 'vars'; $code }" or die $@;
our ($name, $dtype, @shape, @values);
for (sort keys %$header) {
    my ($begin, $end) = @{ $header->{$_}{data_offsets} };
    ($name, $dtype, @shape) = ($_, $header->{$_}{dtype}, @{ $header->{$_}{shape} });
    @values = unpack "($letter{$dtype})*", substr $bytes, 8 + $length + $begin, $end - $begin;
    $edit->();
    add($name, $dtype, \@shape, @values) if $name;
}
my $text = JSON::PP->new->canonical->encode(\%new);
open my $copy, '>:raw', $out or die "$out: $!\n";
print $copy pack('Q<', length $text), $text, $payload;
close $copy or die "$out: $!\n";
