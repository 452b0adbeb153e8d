import { describe, expect, it } from 'vitest';
import { formatId } from '#src/domain/text/id.ts';
import { currentMark, navigation, pageOfId, readyPlaces } from '#src/ui/shell/navigation.ts';

const uuid = '0192f3a0-5b1c-7c3e-9f00-1234567890ab';
const jobs = readyPlaces().find(({ href }) => href === '/jobs');
if (!jobs) throw new Error('there is no list of jobs');

describe('an id that is pasted', () => {
  it('leads to its page, with blanks around it too', () => {
    const id = formatId('job', uuid);
    expect(pageOfId(` ${id}\n`)).toBe(`/jobs/${id}`);
  });

  it('leads to the page of a run', () => {
    const id = formatId('run', uuid);
    expect(pageOfId(id)).toBe(`/runs/${id}`);
  });

  it.each(['', 'job', 'job_1', formatId('job', uuid).slice(0, -1), `${formatId('job', uuid)}a`, formatId('att', uuid)])(
    'leads nowhere when it is cut or has no page: %s',
    (text) => expect(pageOfId(text)).toBeNull(),
  );
});

describe('the places of the dashboard', () => {
  it('are marked on their own page, and on those below', () => {
    expect(currentMark('/jobs', jobs)).toBe('page');
    expect(currentMark('/jobs/job_1', jobs)).toBe('true');
    expect(currentMark('/jobsearch', jobs)).toBeUndefined();
    const overview = navigation[0]?.places[0];
    expect(overview && currentMark('/jobs', overview)).toBeUndefined();
  });

  it('have addresses and keys of their own', () => {
    const places = navigation.flatMap((group) => group.places);
    const keys = places.flatMap((place) => place.keys ?? []);
    expect(new Set(places.map(({ href }) => href)).size).toBe(places.length);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
