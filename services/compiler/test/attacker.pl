# Somebody else on the machine, who wants to be who decides what is compiled: `perl attacker.pl UID PID FOLDER...`.
# Attacks compilers that process PID started, and builds in the folders. Tells on standard output, a line each, whom it saw (seen PID) and what it could do (did WHAT).
use strict;
use warnings;

my ($uid, $origin, @folders) = @ARGV;
$( = $) = "$uid $uid";
$< = $> = $uid;
die "still somebody else" if $< != $uid || $> != $uid;
$| = 1;
my %told;

sub tell_once {
	my ($line) = @_;
	print "$line\n" unless $told{$line}++;
}

sub replace {
	my ($path, $text) = @_;
	my $fresh = "$path.swap";
	open(my $file, '>', $fresh) or return;
	print $file $text;
	close $file;
	rename($fresh, $path) and tell_once("did replace $path");
}

sub descends {
	my ($pid) = @_;
	while ($pid > 1 && $pid != $origin) {
		open(my $stat, '<', "/proc/$pid/stat") or return 0;
		($pid) = (<$stat> // '') =~ /\) \S (\d+)/ or return 0;
	}
	return $pid == $origin;
}

tell_once("ready");
while (1) {
	for my $folder (@folders) {
		for my $build (glob("$folder/*")) {
			replace("$build/lib/count.h", "#error swapped\n") if -e "$build/lib/count.h";
			replace("$build/object.o", "swapped") if -e "$build/object.o";
		}
	}
	for my $process (glob('/proc/[0-9]*')) {
		open(my $comm, '<', "$process/comm") or next;
		my $name = <$comm> // '';
		next unless $name =~ /^clang/;
		my ($pid) = $process =~ /(\d+)$/;
		next unless descends($pid);
		tell_once("seen $pid");
		tell_once("did open its memory") if open(my $memory, '+<', "$process/mem");
		tell_once("did open its environment") if open(my $environment, '<', "$process/environ");
		for my $link ('root', 'cwd', 'fd') {
			tell_once("did read its $link") if opendir(my $folder, "$process/$link/");
		}
		tell_once("did signal it") if kill('CONT', $pid);
	}
}
