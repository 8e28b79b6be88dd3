// @vitest-environment jsdom
import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Markdown } from './Markdown';
import { visible } from './visible';

describe('Markdown', () => {
  it.each([
    '<img src=x onerror="alert(1)">',
    '<script>alert(1)</script>',
    'text <b onclick="alert(1)">bold</b> text',
    '<iframe src="https://example.org"></iframe>',
    '<svg/onload=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    '| <img src=x onerror=alert(1)> |\n|---|\n| <script>1</script> |',
    '- <details open ontoggle=alert(1)>',
    '> <style>*{display:none}</style>',
  ])('shows %j as text', (source) => {
    const { container } = render(<Markdown source={source} />);
    expect(container.querySelector('img, script, iframe, svg, style, a, b, details')).toBeNull();
    for (const tag of source.match(/<[^>]+>/g) ?? []) {
      expect(container.textContent).toContain(tag);
    }
  });

  it.each(['[x](javascript:alert(1))', '[x](JaVaScRiPt:alert(1))', '[x](data:text/html,hi)', '[x](vbscript:x)', '[x](/api/v1/runs)'])(
    'makes no link of %s',
    (source) => {
      const { container } = render(<Markdown source={source} />);
      expect(container.querySelector('a')).toBeNull();
      expect(container.textContent).toBe(source);
    },
  );

  it('opens links elsewhere, without a way back', () => {
    render(<Markdown source="[x](https://example.org/a?b=1&c=2) and https://example.com" />);
    for (const link of screen.getAllByRole('link')) {
      expect(link.getAttribute('rel')).toContain('noopener');
      expect(link.getAttribute('target')).toBe('_blank');
    }
  });

  it('loads no pictures', () => {
    const { container } = render(<Markdown source="![logo](https://example.org/track.png)" />);
    expect(container.querySelector('img')).toBeNull();
    expect(screen.getByRole('link', { name: 'logo' }).getAttribute('href')).toBe('https://example.org/track.png');
  });

  it('reads what agents write', () => {
    const { container } = render(
      <Markdown source={'# A &amp; B\n\n**bold** `code <b>`\n\n1. one\n2. two\n\n| a | b |\n|--:|---|\n| 1 | 2 |\n\n- [x] done'} />,
    );
    expect(screen.getByRole('heading', { level: 3 }).textContent).toBe('A & B');
    expect(container.querySelector('strong')?.textContent).toBe('bold');
    expect(container.querySelector('p code')?.textContent).toBe('code <b>');
    expect(container.querySelectorAll('ol li')).toHaveLength(2);
    expect(container.querySelector('td')?.getAttribute('data-align')).toBe('right');
    expect(container.textContent).toContain('\u2611');
  });

  it('survives every beginning of a text', () => {
    const text = '# T\n\n- a\n  - b\n\n```js\nx\n```\n\n| a |\n|---|\n| 1 |\n\n[l](http://x \'t\') ![i](y) **b** ~~d~~ <x> &#x41; &#0; &#1114112;';
    for (let end = 0; end <= text.length; end++) {
      render(<Markdown source={text.slice(0, end)} />).unmount();
    }
  });
});

describe('visible', () => {
  it('spells out what cannot be seen', () => {
    expect(visible('a\u0000b\u001b[31m\u007f\u202etxt\u200b')).toBe('a\\x00b\\x1b[31m\\x7f\\u202etxt\\u200b');
  });

  it('leaves text alone', () => {
    const text = 'Tab\there\nline \u{1f600} \u00e9 \u4e2d\u6587 \u0627\u0644';
    expect(visible(text)).toBe(text);
    expect(visible('a\r\nb\rc')).toBe('a\nb\\x0dc');
  });
});
