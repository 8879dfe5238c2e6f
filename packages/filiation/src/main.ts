process.stderr.write('usage: filiation COMMAND\n');
process.exitCode = 2;
