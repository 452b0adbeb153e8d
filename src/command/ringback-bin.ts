import { Command } from 'commander';
import { addCommands } from './add-commands.ts';
import { prepareProgram, runProgram } from './run-program.ts';

// The program of the client package. The server's program, in src/cli/main.ts, has these commands too.
const program = prepareProgram(new Command('ringback').description('Submit a fetch, hang up, and get rung back.'));
addCommands(program);
await runProgram(program);
